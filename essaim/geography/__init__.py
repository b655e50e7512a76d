"""The room of places: communes, EPCI, density, centres, contours and the projection of coordinates."""
