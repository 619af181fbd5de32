"""Speed of the pages as ratios to a floor measured in the same run. Run by hand: ./run bench. See README.md here."""
