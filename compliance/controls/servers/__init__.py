"""The controls as they are asked of servers, whose facts are files, units and outputs instead of lines."""
