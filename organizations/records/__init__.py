"""What proves that rows are as the application wrote them: keys outside the database, seals of chains that have ended.

Decision 0023.
"""
