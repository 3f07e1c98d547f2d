"""Work that nobody waits for.

chore.py              what a chore (维护任务) is, and which there are; casework_chores.py: those of this app
chore_requests.py     chores asked for on a page
night.py              what a nightly job is, how far each came, and going on where a night was killed;
                      casework_nights.py: those of this app
long_works.py         what a long work (后台任务) is, which kinds there are, and asking for one
work_states.py        queued → running → done, failed or stopped; back where its worker died
worker.py             the process that does them; missing_worker.py: is it there, and what does it do?
"""
