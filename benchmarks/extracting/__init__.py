"""Parts of the benchmark `extraction.py`: constructed pages, speed and memory, and the scores against gold."""
