"""Reading sheets as offices keep them: pure, without a database.

workbook  bytes -> sheets of values, and what Excel hides (rows, formulas, merged cells)
fields    what each kind of list may hold, and the heads under which offices write it
heads     where the head of a table stands, which column is which field
cells     text, numbers, days, words as offices write them -> values
fonts     text typed in TCVN3 or VNI, before Unicode
rows      everything together: sheets and their layout -> rows of values with their problems
"""
