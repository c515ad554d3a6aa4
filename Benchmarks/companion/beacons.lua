-- wrk: every request is an envelope of one event whose id was never sent before.
local thread = 0
local count = 0
local me = 0
function setup(each)
  thread = thread + 1
  each:set("me", thread)
end
function init(args)
  math.randomseed(os.time() * 100 + me)
  run = math.random(1, 1000000000)
  path = os.getenv("BENCHMARK_BEACON")
  site = os.getenv("BENCHMARK_SITE")
  fields = {
    ["Content-Type"] = "text/plain;charset=UTF-8", ["Origin"] = os.getenv("BENCHMARK_ORIGIN"), ["Cookie"] = os.getenv("BENCHMARK_COOKIE") or "" }
end
function request()
  count = count + 1
  local id = string.format("%d-%d-%d", run, me, count)
  local at = os.time() * 1000
  local body = string.format(
    '{"v":1,"site":"%s","visit":"visit-%d-%d","sentAt":%d,"events":[{"id":"%s","kind":"view","at":%d,"path":"/courses/python-intro/"}]}',
    site, run, me, at, id, at)
  return wrk.format("POST", path, fields, body)
end
function done(summary, latency, requests)
  io.write(string.format("JSON %.1f %d %d %d %d %d %d\n", summary.requests / (summary.duration / 1e6), latency:percentile(50),
    latency:percentile(99), latency.max, summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout))
end
