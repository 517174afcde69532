inspector-default-made = New photos will begin with these settings.
inspector-settings-given = { $count ->
    [0] No photo had to be changed: all have these settings.
    [one] Settings given to { $count } photo.
   *[other] Settings given to { $count } photos.
}
