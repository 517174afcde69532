# Anzahlen und Zustände, wo immer sie stehen.
count-photos = { $count ->
    [one] { $count } Foto
   *[other] { $count } Fotos
}
