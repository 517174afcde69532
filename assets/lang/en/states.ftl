# Counts and states, wherever they are shown.
count-photos = { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}
