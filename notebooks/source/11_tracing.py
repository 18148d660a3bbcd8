# %% [markdown]
# # Tracing
#
# You get from "it is slow" to the line of SQL, and show with numbers that mending it helped.
#
# *75 minutes. Level: intermediate, with some pandas and SQL. First:
# [chapter 10](10_monitoring.ipynb).*

# %% [markdown]
# ## You will be able to
#
# - read a service map and a waterfall, and ask X-Ray for the traces that matter
# - find what requests really wait for, also where the longest span misleads
# - instrument a service with OpenTelemetry, and mend a trace that is broken in two
# - compare before and after, operation by operation, with intervals
# - say what a sample of traces cannot tell

# %% [markdown]
# ## The story so far
#
# It is Monday, nine o'clock. At half past eight, version 1.5.0 of `orders` went out. (In this lab
# it has another fault than in the chapters before.) No more requests fail than before, and no alarm
# fired. But support forwards a mail: "My list of orders takes ages to open." The dashboard says
# that requests take 0.2 seconds on average. The log has a line for each request, and each says how
# long it took. None says why.
#
# Every request goes through the storefront, orders, its database, often payments and a bank. Each
# has logs of its own. Which lines belong together?

# %% [markdown]
# ## The idea
#
# A **trace** is one request with everything that happened for it. It is made of **spans**: a piece
# of work with a beginning, an end and a parent. What ties them together is a header,
# `X-Amzn-Trace-Id` for X-Ray. Each service sends it along with every call, and each sends its own
# spans to X-Ray.
#
# ![Bars on a line of time. storefront has one bar from beginning to end, orders a shorter one below
# with an insert into the database inside, payments the shortest. Dashed lines with the name of the
# trace header lead from caller to called. A dark line, the critical path, changes from bar to
# bar without a gap.](images/tracing.svg)
#
# X-Ray calls the spans of one service a **segment**, and the parts of it **subsegments**.
#
# A request takes as long as its **critical path**. Follow it from the end: the call that ended last,
# what that one waited for, then the call that ended last before it began. At each moment exactly
# one span is on it. Work beside the path costs money but no time.

# %% [markdown]
# ## A worked example
#
# Open the lab. X-Ray holds the traces of the last hour.

# %%
from datetime import timedelta

import boto3
import pandas as pd

from devops_workbook import open_lab, tracing

lab = open_lab("tracing")
lab

# %% tags=["instructor"]
lab.recording = False  # running the solutions is not learning: keep it out of the progress

# %% [markdown] tags=["instructor"]
# **Instructor.** Aim: people leave able to take one slow request of their own service and say what
# it waited for. Misconceptions to listen for: "the longest bar is the problem", "no slow query, so
# it is not the database", "five per cent is enough to count failures", "tracing needs a rewrite".
# Let everybody write down the three numbers of *Predict* before anybody runs it. Ask at the end:
# "Where would the trace header of our services get lost?" People get stuck where one of the three
# instrumentations is not given the provider.
#
# With 60 minutes: the worked example, *Ask X-Ray*, *The line of SQL*, the prediction, *Instrument
# the service* and *A trace broken in two*. Leave out *What five per cent lose* first, then *Which
# calls were slowed down?*. The times of the service that really runs differ from laptop to laptop;
# all others are the same for everybody.

# %% [markdown]
# `tracing.from_xray` asks for summaries, fetches the traces and makes one table: a row for each
# span. It takes any boto3 client, so it works on your own account as well.

# %%
from devops_workbook.chapters.tracing.account import END, RELEASED

xray = boto3.client("xray")
spans = tracing.from_xray(xray, RELEASED, lab.clock.now())
columns = ["service", "operation", "kind", "start", "seconds", "status"]
spans[columns].head(6)

# %% [markdown]
# What did the average hide? A **heat map** has time to the right and durations upwards; the darker,
# the more requests.

# %%
hour = tracing.from_xray(xray, lab.clock.now() - timedelta(hours=1), lab.clock.now())
first = hour[hour["parent_id"].isna()]
print(f"mean of the hour: {first['seconds'].mean():.2f} s, since the release: "
      f"{first.loc[first['start'] >= RELEASED, 'seconds'].mean():.2f} s")
tracing.charts.latency_heat_map(hour)

# %% [markdown]
# There is no such thing as a typical request. There are several kinds, and since half past eight
# one of them has moved up. The few far above are another matter: they began before the release, and
# you will look for them soon.
#
# The **service map** is made of the same spans. A box has the figures of the requests that the
# service received, an arrow those of its callers.

# %%
tracing.charts.service_map(tracing.service_map(spans))

# %% [markdown]
# Which traces should you open? Not any: a typical one, a slow one, one that failed.

# %%
lists = tracing.exemplars(spans, "orders", "GET /customers/{id}/orders")
lists

# %%
tracing.charts.waterfall(spans, lists["trace_id"].iloc[0])

# %% [markdown]
# A **waterfall** has a row for each span, children below their parent. The dark line is the
# critical path. Here is the same as a table: every section with the one span that everything waited
# for.

# %%
path = tracing.critical_path(spans, lists["trace_id"].iloc[0])
path.groupby(["service", "operation"], observed=True)["seconds"].sum().nlargest(4)

# %% [markdown]
# ## Exercises
#
# ### Ask X-Ray for the traces that matter
#
# On an account with a million traces you do not fetch them all. A **filter expression** lets X-Ray
# choose. Keywords alone, such as `responsetime > 1` or `fault`, are about the first segment, here
# that of storefront. In braces they are about a service, or about a call:
#
#     service("payments") { fault }
#     edge("orders", "payments") { responsetime > 0.5 }
#     annotation.tier = "gold" AND http.url CONTAINS "/orders"
#
# Write three expressions that find, in the last hour:
#
# - `slow_lists`: lists of orders (their address has `/customers/` in it) for which **orders** took
#   longer than 0.3 seconds
# - `new_faults`: requests that ended in a fault and that version 1.5.0 of orders served (annotation
#   `version`)
# - `slow_bank`: requests in which a call of `bank.example.com` by `payments` took longer than 0.2
#   seconds

# %% tags=["task"] exercise="filter-expressions"
expressions = {"slow_lists": ..., "new_faults": ..., "slow_bank": ...}

# %% tags=["solution"] exercise="filter-expressions"
expressions = {
    "slow_lists": 'http.url CONTAINS "/customers/" AND service("orders") { responsetime > 0.3 }',
    "new_faults": 'fault AND annotation.version = "1.5.0"',
    "slow_bank": 'edge("payments", "bank.example.com") { responsetime > 0.2 }',
}

# %% tags=["wrong"] exercise="filter-expressions" message="slow_lists finds"
expressions = {
    "slow_lists": 'http.url CONTAINS "/customers/" AND responsetime > 0.3',
    "new_faults": 'fault AND annotation.version = "1.5.0"',
    "slow_bank": 'edge("payments", "bank.example.com") { responsetime > 0.2 }',
}

# %% tags=["wrong"] exercise="filter-expressions" message="is found and should not be"
expressions = {
    "slow_lists": 'http.url CONTAINS "/customers/" AND service("orders") { responsetime > 0.3 }',
    "new_faults": 'fault OR annotation.version = "1.5.0"',
    "slow_bank": 'edge("payments", "bank.example.com") { responsetime > 0.2 }',
}

# %% tags=["wrong"] exercise="filter-expressions" message="X-Ray says"
expressions = {
    "slow_lists": 'http.url LIKE "/customers/%"',
    "new_faults": 'fault AND annotation.version = "1.5.0"',
    "slow_bank": 'edge("payments", "bank.example.com") { responsetime > 0.2 }',
}

# %% tags=["wrong"] exercise="filter-expressions" message="is missing: open it"
expressions = {
    "slow_lists": 'http.url CONTAINS "/customers/" AND service("orders") { responsetime > 0.3 }',
    "new_faults": 'fault AND annotation.version = "1.5.0"',
    "slow_bank": 'service("payments") { responsetime > 300 }',
}

# %%
lab.check("filter-expressions", expressions)

# %% [markdown]
# ### The line of SQL
#
# One waterfall is an anecdote. `tracing.bottlenecks` adds up the critical paths of all of them: a
# row for each operation, what requests waited for longest first.

# %%
shown = ["service", "operation", "calls", "p50", "path_seconds", "path_share", "saved_if_half"]
tracing.bottlenecks(spans)[shown].head(6).round(3)

# %% [markdown]
# `path_seconds` is an operation's own time on the critical paths. `saved_if_half` is what all
# requests together would be shorter, were its own work to take half as long; each trace is run
# again for that. `INSERT orders` waits for a lock, the trouble from before the release; it ended at
# 08:35.
#
# A **flame graph** puts all traces on top of each other: a frame for each path of calls, as wide as
# its time.

# %%
tracing.charts.flame_graph(spans)

# %% [markdown]
# Now find the two statements that came with 1.5.0. `tracing.statements(spans)` groups statements,
# with their literals replaced by `?`. `tracing.repeated_calls(spans)` finds what one request sends
# again and again. Fill in `found`:
#
# - `waited_for`: the statement that requests wait for longest
# - `looped`: the statement that one request sends in a loop
# - `times`: how often, the median of those requests

# %% tags=["task"] exercise="line-of-sql"
found = {"waited_for": ..., "looped": ..., "times": ...}

# %% tags=["solution"] exercise="line-of-sql"
loop = tracing.repeated_calls(spans).iloc[0]
found = {
    "waited_for": tracing.statements(spans)["statement"].iloc[0],
    "looped": loop["call"],
    "times": loop["calls_p50"],
}

# %% tags=["wrong"] exercise="line-of-sql" message="each time it is quick"
loop = tracing.repeated_calls(spans).iloc[0]
found = {"waited_for": loop["call"], "looped": loop["call"], "times": loop["calls_p50"]}

# %% tags=["wrong"] exercise="line-of-sql" message="Expected the statement itself"
found = {"waited_for": "SELECT orders", "looped": "SELECT order_lines", "times": 17}

# %% tags=["wrong"] exercise="line-of-sql" message="That is the most"
loop = tracing.repeated_calls(spans).iloc[0]
found = {"waited_for": tracing.statements(spans)["statement"].iloc[0],
         "looped": loop["call"], "times": loop["calls_most"]}

# %% tags=["wrong"] exercise="line-of-sql" message="sends again and again"
slowest = tracing.statements(spans)["statement"].iloc[0]
found = {"waited_for": slowest, "looped": slowest, "times": 1}

# %%
lab.check("line-of-sql", found)

# %%
tracing.repeated_calls(spans)[["operation", "call", "requests", "calls_p50", "share"]]

# %% [markdown]
# The one reads a whole table for want of an index; you will make it below. The other are **N+1
# queries**: one for the list and N for its elements, each so quick that no list of slow queries
# shows it.
#
# ### Predict: the longest span takes half as long
#
# The home page asks several services. `recommendations` is by far the longest call.

# %%
from devops_workbook.chapters.tracing.home_page import TRACE, home_page

home = home_page()
home.loc[home["kind"] == "client", ["operation", "seconds"]]

# %%
tracing.charts.waterfall(home, TRACE)

# %% [markdown]
# Somebody offers to make one of these calls **twice as quick**. By how many milliseconds is the page
# there earlier: if it is `recommendations`, if it is `session`, if it is `prices`? Predict, then
# check.

# %% tags=["task"] exercise="longest-span"
saved = {"recommendations": ..., "session": ..., "prices": ...}

# %% tags=["solution"] exercise="longest-span"
saved = {"recommendations": 0, "session": 30, "prices": 50}

# %% tags=["wrong"] exercise="longest-span" message="It is the longest span"
saved = {"recommendations": 200, "session": 30, "prices": 75}

# %% tags=["wrong"] exercise="longest-span" message="something else may be what the page waits for"
saved = {"recommendations": 0, "session": 30, "prices": 75}

# %% tags=["wrong"] exercise="longest-span" message="Say it in milliseconds"
saved = {"recommendations": 0, "session": 0.03, "prices": 0.05}

# %% tags=["wrong"] exercise="longest-span" message="It should be more than that"
saved = {"recommendations": 0, "session": 0, "prices": 50}

# %%
lab.check("longest-span", saved)

# %% [markdown]
# Now run it.

# %%
tracing.bottlenecks(home)[["operation", "p50", "path_seconds", "saved_if_half", "saved_if_zero"]]

# %% [markdown]
# ### Instrument the service
#
# So far others have made the spans. Now it is your turn, with the orders service that really runs
# here: WSGI, SQLite, and `requests` to call payments. **OpenTelemetry** is the standard way, and the
# one that AWS advises. A **provider** makes spans and hands them to an exporter; instrumentation
# libraries know where to make them.
#
# Write `instrument`. With `provider` as the `tracer_provider` of each:
#
# - put an `OpenTelemetryMiddleware` around `service.application`: a span for each request that
#   comes in
# - put an instrumented connection in the place of `service.database`:
#   `SQLite3Instrumentor().instrument_connection(…)`
# - let `RequestsInstrumentor().instrument(…)` make spans of the calls that go out, and add the
#   header

# %% tags=["task"] exercise="instrument"
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware


def instrument(service, provider):
    ...

# %% tags=["solution"] exercise="instrument"
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware


def instrument(service, provider):
    service.application = OpenTelemetryMiddleware(service.application, tracer_provider=provider)
    service.database = SQLite3Instrumentor().instrument_connection(
        service.database, tracer_provider=provider)
    RequestsInstrumentor().instrument(tracer_provider=provider)

# %% tags=["wrong"] exercise="instrument" message="no statement in it"
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware


def instrument(service, provider):
    service.application = OpenTelemetryMiddleware(service.application, tracer_provider=provider)
    SQLite3Instrumentor().instrument_connection(service.database, tracer_provider=provider)
    RequestsInstrumentor().instrument(tracer_provider=provider)

# %% tags=["wrong"] exercise="instrument" message="nobody instruments `requests`"
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware


def instrument(service, provider):
    service.application = OpenTelemetryMiddleware(service.application, tracer_provider=provider)
    service.database = SQLite3Instrumentor().instrument_connection(
        service.database, tracer_provider=provider)

# %% tags=["wrong"] exercise="instrument" message="who wraps service.application?"
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware


def instrument(service, provider):
    OpenTelemetryMiddleware(service.application, tracer_provider=provider)
    service.database = SQLite3Instrumentor().instrument_connection(
        service.database, tracer_provider=provider)
    RequestsInstrumentor().instrument(tracer_provider=provider)

# %% tags=["wrong"] exercise="instrument" message="has another provider than yours"
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware


def instrument(service, provider):
    service.application = OpenTelemetryMiddleware(service.application, tracer_provider=provider)
    service.database = SQLite3Instrumentor().instrument_connection(
        service.database, tracer_provider=provider)
    RequestsInstrumentor().instrument()

# %% tags=["wrong"] exercise="instrument" message="unexpected keyword argument"
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware


def instrument(service, provider):
    service.application = OpenTelemetryMiddleware(service.application, provider=provider)

# %%
lab.check("instrument", instrument)

# %% [markdown]
# No line of the service itself changed. Here is one order that was placed just now, with real
# times.

# %%
from devops_workbook.chapters.tracing.orders import begin, recorded, service

begin(lab)
began = lab.clock.now()
service.send("POST", "/orders", {"customer": 7, "cents": 1990})
order = recorded(lab, began)
tracing.charts.waterfall(order, order["trace_id"].iloc[0])

# %% [markdown]
# ### A trace broken in two
#
# Somebody put a proxy between orders and payments, for security. Since then the map looks like
# this.

# %%
lab.catch_up("broken-trace")
broken = recorded(lab, END)
tracing.charts.service_map(tracing.service_map(broken))

# %% [markdown]
# Payments is called by nobody known, and orders calls something that reports nothing. The payment
# of a slow order can no longer be found. The proxy is `service.dropped_headers`: the names of the
# headers that it keeps back. Two of them hold secrets and must stay. Mend it.

# %% tags=["task"] exercise="broken-trace"
answer = ...

# %% tags=["solution"] exercise="broken-trace"
print(sorted(service.dropped_headers))
service.dropped_headers.discard("X-Amzn-Trace-Id")

# %% tags=["wrong"] exercise="broken-trace" message="Cookie and X-Shop-Token, too"
service.dropped_headers.clear()

# %% tags=["wrong"] exercise="broken-trace" message="still makes 2 traces"
service.dropped_headers.discard("Cookie")

# %% tags=["wrong"] exercise="broken-trace" message="gets X-Shop-Token, too"
service.dropped_headers = {"Cookie"}

# %%
lab.check("broken-trace")

# %% [markdown]
# Proxies, queues, thread pools and home-made clients are where a trace breaks. A service that is
# suddenly called by `client` is the sign.
#
# ### Mend it, and show that it helped
#
# The service runs again, with both faults of 1.5.0: a query for each order, and no index on
# `orders.customer_id`. `measured(lab)` lets customers send 150 requests and returns their spans
# from X-Ray. It takes some seconds, because it is real work.

# %%
from devops_workbook.chapters.tracing.orders import measured

lab.catch_up("faster")
before = measured(lab)
shown = ["service", "operation", "calls", "p50", "path_share"]
tracing.bottlenecks(before)[shown].head(4).round(4)

# %% [markdown]
# Mend both: `service.create_index()`, and `service.n_plus_one = False` for the version with a join.
# Then measure again, and let `tracing.compare` say what changed. It compares requests: of each, the
# time in all calls of an operation together, so that one call instead of twenty counts as a gain.

# %% tags=["task"] exercise="faster"
comparison = ...

# %% tags=["solution"] exercise="faster"
service.create_index()
service.n_plus_one = False
after = measured(lab)
comparison = tracing.compare(before, after)

# %% tags=["wrong"] exercise="faster" message="each order still has a query of its own"
service.create_index()
comparison = tracing.compare(before, measured(lab))

# %% tags=["wrong"] exercise="faster" message="still reads the whole table"
service.n_plus_one = False
comparison = tracing.compare(before, measured(lab))

# %% tags=["wrong"] exercise="faster" message="The first argument is before"
service.create_index()
service.n_plus_one = False
comparison = tracing.compare(measured(lab), before)

# %% tags=["wrong"] exercise="faster" message="should be what tracing.compare returns"
service.create_index()
service.n_plus_one = False
comparison = measured(lab)

# %%
lab.check("faster", comparison)

# %%
tracing.charts.changes(tracing.compare(before, measured(lab)))

# %% [markdown]
# An interval that does not touch zero is a difference. There is one for each operation, so each is
# made wider until all of them together hold in 95 of 100 cases: otherwise one in twenty would lie
# about an operation that nobody touched. What else your computer did meanwhile is in the times, too:
# measure again before you believe a small difference.
#
# ### Which calls were slowed down?
#
# Now data that nobody made up for you. Researchers ran a shop for train tickets, made of many small
# services, and put delays into some of its calls (`data/README.md` says where the table comes from).
# A row is a request, a column the milliseconds in one call. `anomaly` is 0 for an ordinary request;
# 1 and 2 are two kinds of slow ones.

# %%
from devops_workbook.chapters.tracing.slow_calls import latencies

table = latencies()
table.groupby("anomaly")["Latency"].agg(["count", "median"])

# %% [markdown]
# For each anomaly, which calls became slower? `tracing.compare_requests(before, after)` compares two
# such tables (without the column `anomaly`). Let `slowed` hold a set of columns for 1 and for 2,
# without `Latency` itself.

# %% tags=["task"] exercise="slow-calls"
slowed = {1: ..., 2: ...}

# %% tags=["solution"] exercise="slow-calls"
slowed = {}
for anomaly in (1, 2):
    sides = [table[table["anomaly"] == n].drop(columns="anomaly") for n in (0, anomaly)]
    compared = tracing.compare_requests(*sides)
    slowed[anomaly] = set(compared.loc[compared["verdict"] == "slower", "operation"]) - {"Latency"}

# %% tags=["wrong"] exercise="slow-calls" message="that may be chance"
medians = table.groupby("anomaly").median()
slowed = {n: set(medians.columns[(medians.loc[n] - medians.loc[0]).abs() > 0]) - {"Latency"}
          for n in (1, 2)}

# %% tags=["wrong"] exercise="slow-calls" message="is the whole request"
medians = table.groupby("anomaly").median()
slowed = {n: set(medians.columns[medians.loc[n] > medians.loc[0]]) for n in (1, 2)}

# %% tags=["wrong"] exercise="slow-calls" message="that are not in it"
medians = table.groupby("anomaly").median()
slowed = {n: set(medians.columns[medians.loc[n] > medians.loc[0] + 15]) - {"Latency"}
          for n in (1, 2)}

# %%
lab.check("slow-calls", slowed)

# %%
sides = [table[table["anomaly"] == n].drop(columns="anomaly") for n in (0, 2)]
tracing.charts.changes(tracing.compare_requests(*sides), unit="milliseconds")

# %% [markdown]
# `calculateSoldTicket` has two modes, 3 and 26 milliseconds, so its median jumps from one to the
# other by chance: the interval says so. And there are more slow calls than delays. Some wait for a
# slow one that they call; a table of durations cannot say which. A trace can: that is what parents
# are for.
#
# ### What five per cent lose
#
# A stretch. Recording every request costs money, so most are not recorded. X-Ray's default is the
# first request of each second and 5 % of the others.

# %%
from devops_workbook.chapters.tracing.sampling import kept

kept()

# %% [markdown]
# Write `chance_seen`: with what chance is at least one of so many failures recorded, if each request
# is with the chance `sampled`?

# %% tags=["task"] exercise="sampling"
def chance_seen(failures, sampled):
    ...

# %% tags=["solution"] exercise="sampling"
def chance_seen(failures, sampled):
    return 1 - (1 - sampled) ** failures

# %% tags=["wrong"] exercise="sampling" message="expected in the sample"
def chance_seen(failures, sampled):
    return failures * sampled

# %% tags=["wrong"] exercise="sampling" message="none is recorded"
def chance_seen(failures, sampled):
    return (1 - sampled) ** failures

# %% tags=["wrong"] exercise="sampling" message="It should be"
def chance_seen(failures, sampled):
    return sampled

# %%
lab.check("sampling", chance_seen)

# %% [markdown]
# So count with metrics, which see every request, and explain with traces. What is rare and matters,
# such as a fault, is worth a rule of its own, or a collector that decides when the trace is complete
# (**tail sampling**).

# %% [markdown]
# ## In production
#
# **The exporter.** Here spans went to X-Ray as segment documents. In production OpenTelemetry's own
# exporter sends them to `https://xray.us-east-1.amazonaws.com/v1/traces`, signed, or to a collector
# beside the service. The endpoint needs *Transaction Search*; offline X-Ray has both
# (`tracing_export.otlp_exporter` and `enable_transaction_search`).
#
# **The X-Ray SDK** is what older services are instrumented with. Since 25 February 2026 it is in
# maintenance mode, security fixes only; AWS advises OpenTelemetry for what is new. You will know it
# by lines such as these:
#
# ```python
# from aws_xray_sdk.core import patch_all, xray_recorder
#
# patch_all()  # requests, sqlite3, boto3, ...: what the instrumentation libraries do today
# with xray_recorder.in_segment("basket"), xray_recorder.in_subsegment("price the basket"):
#     ...
# ```
#
# It sends to a daemon, or here with `tracing_export.SdkEmitter` straight to X-Ray.
#
# **Cost and limits.** 5 US dollars for a million traces recorded, 0.50 for a million fetched or
# scanned. Traces are kept for 30 days. A document has at most 64 kB, a trace 50 annotations that can
# be searched.
#
# **What not to record.** Statements with literals, addresses with tokens and names of customers end
# in a system that many may read. Sanitise at the source.
#
# **Your own traces.** `workbook traces FILE` prints what you saw here and writes it as a page, for
# X-Ray, OTLP, Jaeger and Zipkin JSON. `workbook traces --xray --last 6h` does the same with the
# traces of your AWS account, which it only reads.

# %% [markdown]
# ## Simulated here
#
# Offline X-Ray puts segments together, draws its map and understands filter expressions as X-Ray
# does; `workbook fidelity xray` has the list. The traces of the last hour are drawn with a seed. The
# orders service, its SQLite, and OpenTelemetry are real, so these times differ from run to run, and
# SQLite has no network: on AWS each statement of the loop costs a way there and back as well.
# Payments runs in the same process, and only its headers connect it.

# %% [markdown]
# ## Recap
#
# - A trace is one request through all services; a header ties it together.
# - Requests take as long as their critical path. The longest span may not be on it.
# - Many quick statements in a row are a slow one: count them for each request.
# - Ask for the traces that matter by filter expressions, and open exemplars, not any.
# - Compare before and after by requests, with intervals.
# - Samples explain; metrics count.

# %% [markdown]
# ## Quiz
#
# Choose an option and press *Answer*, or answer by call: `lab.answer("q-path", "b")`.

# %%
lab.quiz()

# %% tags=["task"] exercise="quiz"
# Your answers by call, if you like that better than buttons.

# %% tags=["solution"] exercise="quiz"
right = {"q-path": "b", "q-loop": "a", "q-broken": "c", "q-sampling": "b"}
for question, choice in right.items():
    print(lab.answer(question, choice))

# %%
lab.progress()

# %% [markdown]
# ## Read on
#
# - Next: [chapter 12, Capstone](12_capstone.ipynb)
# - [Filter expressions](https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html)
#   of X-Ray, all keywords
# - [OpenTelemetry for Python](https://opentelemetry.io/docs/languages/python/), with its
#   instrumentation libraries
# - [CRISP](https://www.usenix.org/conference/atc22/presentation/zhang-zhizhou), critical paths at a
#   large company
# - [Sampling rules](https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html) of
#   X-Ray
# - The [glossary](glossary.md), for the words of this chapter
