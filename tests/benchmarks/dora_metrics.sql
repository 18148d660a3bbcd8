-- The definitions of dora.measure in DuckDB's SQL. The statements are run one after the other;
-- bench_dora.py reads the answers from the last tables.

create or replace temp table ordered as
select *, row_number() over (order by finished_at, started_at, deployment_id) as pos
from deployments;

create or replace temp table released as
select *,
    row_number() over by_service as place,
    lag(pos) over by_service as previous_pos,
    lag(finished_at) over by_service as previous_finished_at
from ordered
where status = 'succeeded'
window by_service as (partition by service order by pos);

create or replace temp table versioned as
select pos, lag(place) over (partition by service, version order by pos) as earlier_place
from released
where version is not null;

create or replace temp table repair as
with explicit as (
    select t.pos as target, case when r.status = 'succeeded' then r.finished_at end as finished_at
    from ordered r join released t on r.repairs = t.deployment_id
    where t.finished_at <= r.finished_at
),
rolled_back as (
    select
        case
            when v.earlier_place is null then r.previous_pos
            when v.earlier_place = r.place - 1 then null
            else n.pos
        end as target,
        r.finished_at
    from released r
    left join versioned v on v.pos = r.pos
    left join released n on n.service = r.service and n.place = v.earlier_place + 1
    where r.kind = 'rollback' and r.repairs is null
),
fixed as (
    select r.previous_pos as target, r.finished_at
    from released r
    where r.kind = 'hotfix' and r.repairs is null and not exists (
        select 1 from incidents i
        where i.deployment_id is null
            and i.started_at >= r.previous_finished_at
            and i.started_at < r.finished_at
            and coalesce(i.resolved_at, 'infinity') >= r.finished_at
    )
)
select target as pos, max(finished_at) as repaired_at
from (from explicit union all from rolled_back union all from fixed)
where target is not null
group by target;

create or replace temp table judged as
with hit as (
    select deployment_id,
        case when count(*) = count(resolved_at) then max(resolved_at) end as resolved_at
    from incidents where deployment_id is not null group by deployment_id
)
select r.pos, r.finished_at, r.kind, r.previous_pos is null as is_first,
    h.deployment_id is not null or p.pos is not null as failed,
    case when h.deployment_id is not null then h.resolved_at else p.repaired_at end as recovered_at,
    epoch_us(recovered_at) - epoch_us(r.finished_at) as recovery
from released r
left join hit h on h.deployment_id = r.deployment_id
left join repair p on p.pos = r.pos;

create or replace temp table delivered as
select c.change_id, min(o.pos) filter (o.status = 'succeeded') as pos,
    arg_min(c.committed_at, o.pos) filter (o.status = 'succeeded') as committed_at,
    count(o.pos) as attempts
from changes c left join ordered o on o.deployment_id = c.deployment_id
group by c.change_id;

create or replace temp table lead as
select j.pos, j.finished_at, j.is_first,
    epoch_us(j.finished_at) - epoch_us(d.committed_at) as took
from delivered d join judged j on j.pos = d.pos;

create or replace temp table lead_time as
select count(*) as n, median(took) / 3.6e9 as middle, quantile_cont(took, 0.9) / 3.6e9 as p90,
    avg(took) / 3.6e9 as mean,
    (select median(middle) / 3.6e9
     from (select median(took) as middle from lead where not is_first and took >= 0 group by pos)
    ) as of_deployments,
    (select count(*) from lead where is_first) as first,
    (select count(*) from lead where not is_first and took < 0) as negative,
    (select count(*) from delivered where pos is null and attempts > 0) as attempted,
    (select count(*) from delivered where pos is null and attempts = 0) as not_deployed
from lead where not is_first and took >= 0;

create or replace temp table deployment as
select count(*) as n, avg(failed::int) as fail_rate, avg((kind <> 'planned')::int) as rework_rate,
    median(recovery) filter (failed and recovery >= 0) / 3.6e9 as recovery,
    count(*) filter (failed and recovered_at is null) as n_open
from judged;

create or replace temp table incident as
select avg(epoch_us(resolved_at) - epoch_us(started_at)) / 3.6e9 as mttr,
    median(epoch_us(resolved_at) - epoch_us(started_at)) / 3.6e9 as middle,
    count(*) - count(resolved_at) as n_open
from incidents;

create or replace temp table weekly as
with bucket as (
    select date_trunc('week', finished_at) as since, count(*) as deployments,
        avg(failed::int) as fail_rate, avg((kind <> 'planned')::int) as rework_rate,
        median(recovery) filter (failed and recovery >= 0) / 3.6e9 as recovery
    from judged group by since
)
select b.*, l.lead_time, i.mttr, a.attempts
from bucket b
left join (
    select date_trunc('week', finished_at) as since, median(took) / 3.6e9 as lead_time
    from lead where not is_first and took >= 0 group by since
) l on l.since = b.since
left join (
    select date_trunc('week', started_at) as since,
        avg(epoch_us(resolved_at) - epoch_us(started_at)) / 3.6e9 as mttr
    from incidents group by since
) i on i.since = b.since
left join (
    select date_trunc('week', finished_at) as since, count(*) as attempts
    from deployments where status = 'failed' group by since
) a on a.since = b.since
order by b.since;

create or replace temp table monthly as
with bucket as (
    select date_trunc('month', finished_at) as since, count(*) as deployments,
        avg(failed::int) as fail_rate, avg((kind <> 'planned')::int) as rework_rate,
        median(recovery) filter (failed and recovery >= 0) / 3.6e9 as recovery
    from judged group by since
)
select b.*, l.lead_time, i.mttr, a.attempts
from bucket b
left join (
    select date_trunc('month', finished_at) as since, median(took) / 3.6e9 as lead_time
    from lead where not is_first and took >= 0 group by since
) l on l.since = b.since
left join (
    select date_trunc('month', started_at) as since,
        avg(epoch_us(resolved_at) - epoch_us(started_at)) / 3.6e9 as mttr
    from incidents group by since
) i on i.since = b.since
left join (
    select date_trunc('month', finished_at) as since, count(*) as attempts
    from deployments where status = 'failed' group by since
) a on a.since = b.since
order by b.since;
