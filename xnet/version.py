"""The version of X-Net, in a module without imports: reports and citations need nothing else of the package."""

__version__ = "0.1.0"
