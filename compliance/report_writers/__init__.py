"""The forms in which verdicts are written, device by device, so that a country needs no memory of its own."""
