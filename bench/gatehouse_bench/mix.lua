-- One connection asks for everything in turn: what is answered and what is refused must cost the same nothing.
-- The shares are known, so the count of refusals proves that each kind was answered as it should.
dofile(os.getenv("BENCH_REPORT"))

local requests = {}
local turn = 0

function init()
  local bearer = { ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN") }
  local json = { ["Authorization"] = bearer["Authorization"], ["Content-Type"] = "application/json" }
  requests = {
    wrk.format("GET", "/version"),
    wrk.format("GET", "/v1/whoami", bearer),
    wrk.format("GET", "/v1/nothing-here", bearer),
    wrk.format("GET", "/v1/whoami"),
    wrk.format("POST", "/v1/tokens", json, '{"name": "x", "kind": '),
  }
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
