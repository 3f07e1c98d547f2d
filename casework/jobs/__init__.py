"""Work that nobody waits for.

chore.py              what a chore (维护任务) is, and which there are; casework_chores.py: those of this app
chore_requests.py     chores asked for on a page
night.py              what a nightly job is, how far each came, and going on where a night was killed;
                      casework_nights.py: those of this app
worker.py             the background worker's one task, and who does which kind of work; missing_worker.py: is it there?
work_states.py        queued → running → done, failed or stopped
"""
