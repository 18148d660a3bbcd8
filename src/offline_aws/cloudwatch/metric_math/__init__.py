"""Metric math: expressions over time series, as GetMetricData and alarms take them.

expression.py    from text to a tree
timeseries.py    what an expression is made of: numbers, time series, and arrays of them
evaluation.py    a tree's value
functions.py     functions of single values and of whole series
arrays.py        functions that choose among series, or make one of many
"""
