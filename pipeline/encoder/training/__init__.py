"""How the files in `pipeline/encoder/model` are made: needs the dependency group `train` (torch, onnx), which nothing else does."""
