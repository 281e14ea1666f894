"""The job that loads the sample company."""

from tanteemma.model.hooks import job_kinds
from tanteemma.serve.worker.house import House
from tanteemma.serve.worker.sample import JOB, SampleOrder, write_sample
from tanteemma.store.jobs import JobKind

KIND: JobKind[House] = JobKind(SampleOrder, write_sample)
job_kinds.add(JOB)(KIND)
