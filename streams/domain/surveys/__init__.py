"""Survey statistics, one a file: sums that merge in any order, results with n and an interval."""
