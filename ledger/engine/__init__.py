"""What follows from the record and is never recorded: derived anew from a View whenever it is asked for."""
