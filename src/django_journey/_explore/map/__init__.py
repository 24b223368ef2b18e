"""What a suite or a walk reached of a site, and what nothing reached: as a table, as pictures, as a share."""
