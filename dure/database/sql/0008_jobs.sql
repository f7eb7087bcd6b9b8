-- Due work. One row per job, taken by one worker at a time; what a job works on is found in the
-- tables themselves, so no list of tasks can disagree with the state it was made from.

-- due_at is the real clock: a demonstration that runs sixty times as fast does not work sixty times
-- as hard. mark is how far the job has looked, in a measure of its own; it only rises.
CREATE TABLE due_job (
  job        text        PRIMARY KEY,
  due_at     timestamptz NOT NULL DEFAULT now(),
  mark       bigint      NOT NULL DEFAULT 0,
  failures   integer     NOT NULL DEFAULT 0,
  last_error text        NOT NULL DEFAULT '',
  last_done  integer     NOT NULL DEFAULT 0,
  last_run_at timestamptz,
  CONSTRAINT a_job_has_a_name CHECK (job ~ '^[a-z][a-z-]*$')
);
