-- Asks about a random second of the years 1990 to 2030, another one with each request.
dofile(os.getenv("BENCH_REPORT"))

local base

function init()
  base = wrk.path
  math.randomseed(4711)
end

function request()
  return wrk.format("GET", string.format(
    "%s?at=%04d-%02d-%02dT%02d:%02d:%02dZ", base, math.random(1990, 2029), math.random(12), math.random(28),
    math.random(0, 23), math.random(0, 59), math.random(0, 59)))
end
