-- Each connection asks for one thing after the other of a file that has a body in each line.
dofile(os.getenv("BENCH_REPORT"))

local requests = {}
local turn = 0

function init()
  local headers = { ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN"), ["Content-Type"] = "application/json" }
  for body in io.lines(os.getenv("BENCH_BODIES")) do
    requests[#requests + 1] = wrk.format("POST", "/v1/kargo/enforce", headers, body)
  end
  turn = math.random(#requests)
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
