"""Pages of sign-in, the own account, units, people, posts, sheets and logs."""
