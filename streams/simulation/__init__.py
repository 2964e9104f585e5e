"""A seeded shop with a support desk, whose customers' hidden satisfaction decides who leaves.

Pure: the seed and the start are arguments, and the same ones always tell the same story.
"""
