"""The project's own encoder: a small transformer that reads a comment together with the parties that it might blame.

`reader.py` is all that runs in the pipeline (onnxruntime and tokenizers); `training/` makes the files in `model/` anew.
"""
