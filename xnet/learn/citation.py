"""BibTeX entries of the paper and of this software."""

from __future__ import annotations

from xnet.version import __version__

PAPER = """@article{li2024xnet,
  title         = {A Novel Paradigm for Neural Computation: {X-Net} with Learnable Neurons and Adaptable Structure},
  author        = {Li, Yanjie and Li, Weijun and Yu, Lina and Wu, Min and Liu, Jinyi and Li, Wenqiang and Hao, Meilan
                   and Wei, Shu and Deng, Yusong and Zhang, Liping and Dong, Xiaoli and Qin, Hong and Ning, Xin
                   and Zhang, Yugui and Lu, Baoli and Xu, Jian and Li, Shuang},
  year          = {2024},
  eprint        = {2401.01772},
  archivePrefix = {arXiv}
}"""

SOFTWARE = f"""@software{{xnet,
  title   = {{X-Net: from a table to a formula}},
  author  = {{{{X-Net developers}}}},
  version = {{{__version__}}},
  note    = {{Alternating backpropagation with second-order targets}}
}}"""
