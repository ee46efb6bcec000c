-- load.lua — for wrk: one request for each line of the file LINES_OF, from the first again after the last; MODE "get" takes a line as an
-- address, "create" as the JSON of a premises. COOKIE or TOKEN says who asks. The last line that is printed is one JSON object.
local lines, at = {}, 0
local creates = os.getenv("MODE") == "create"

function init()
   for line in io.lines(os.getenv("LINES_OF")) do lines[#lines + 1] = line end
   if os.getenv("COOKIE") ~= "" then wrk.headers["Cookie"] = os.getenv("COOKIE") end
   if os.getenv("TOKEN") ~= "" then wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN") end
   if creates then wrk.headers["Content-Type"] = "application/json" end
   if not creates then
      for i, line in ipairs(lines) do lines[i] = wrk.format("GET", line) end
   end
end

function request()
   at = at % #lines + 1
   return creates and wrk.format("POST", "/api/v1/premises", nil, lines[at]) or lines[at]
end

function done(summary, latency)
   local e = summary.errors
   print(string.format('{"requests":%d,"us":%d,"bytes":%d,"errors":%d,"p50":%d,"p99":%d}', summary.requests, summary.duration,
      summary.bytes, e.connect + e.read + e.write + e.status, latency:percentile(50), latency:percentile(99)))
end
