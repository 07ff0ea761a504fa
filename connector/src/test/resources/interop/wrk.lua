-- Asks GET and POST in turns, each thread over one connection, and stops when it has as many answers as it is told.
local threads = {}

function setup(thread)
   thread:set("number", #threads)
   table.insert(threads, thread)
end

function init(arguments)
   quota = tonumber(arguments[1])
   sent, answered, wrong = 0, 0, 0
end

function request()
   local id = number .. "-" .. sent
   local post = sent % 2 == 1
   sent = sent + 1
   expected = post and id .. " posted" or id
   return wrk.format(post and "POST" or "GET", "/echo/" .. id, nil, post and "posted" or nil)
end

function response(status, headers, body)
   answered = answered + 1
   if status ~= 200 or body ~= expected then
      wrong = wrong + 1
   end
   if answered == quota then
      wrk.thread:stop()
   end
end

function done(summary, latency, requests)
   local sum = {answered = 0, wrong = 0}
   for _, thread in ipairs(threads) do
      for name, value in pairs(sum) do
         sum[name] = value + thread:get(name)
      end
   end
   local errors = summary.errors
   print(string.format("summary answered=%d wrong=%d connect=%d read=%d write=%d timeout=%d",
      sum.answered, sum.wrong, errors.connect, errors.read, errors.write, errors.timeout))
end
