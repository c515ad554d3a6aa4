-- wrk: one signed-in learner asks again and again whether the course is theirs.
-- Always the same bytes, made once: the load shares its cores with whoever is measured.
function init(args)
  same = wrk.format("GET", os.getenv("BENCHMARK_BEACON"), { ["Cookie"] = os.getenv("BENCHMARK_COOKIE") })
end
function request()
  return same
end
function done(summary, latency, requests)
  io.write(string.format("JSON %.1f %d %d %d %d %d %d\n", summary.requests / (summary.duration / 1e6), latency:percentile(50),
    latency:percentile(99), latency.max, summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout))
end
