"""The pure core: values in, values out. No input or output, no clock, no logging."""
