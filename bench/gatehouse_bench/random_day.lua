-- Asks exchange-calendar-service about a random day of the years 2000 to 2025.
dofile(os.getenv("BENCH_REPORT"))

function init()
  math.randomseed(4711)
end

function request()
  return wrk.format("GET", string.format(
    "/v1/exchanges/XNYS/days/%04d-%02d-%02d", math.random(2000, 2025), math.random(12), math.random(28)))
end
