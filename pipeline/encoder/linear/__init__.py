"""Linear heads on the encoder's pretrained vectors and on words: weaker where the network is strong, and the reverse.

The network reads how a reproach is meant; the heads know from the codebook's descriptions which party words are about, and hold better for parties
never met. What `read` answers is the sum of both (`reader.py`).
"""
