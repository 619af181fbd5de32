"""One paper, two prints: `tree` says what a paper is, `word` and `pdf` print it; `certificate` prints the sheet.

Both prints read the same lines from the tree, so Word and PDF cannot disagree.
Layout: Nghị định 30/2020/NĐ-CP, annex I.
"""
