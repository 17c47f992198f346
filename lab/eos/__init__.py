"""An Arista EOS twin: configuration sessions behind eAPI over HTTPS."""
