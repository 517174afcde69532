inspector-default-made = Neue Fotos beginnen mit diesen Einstellungen.
inspector-settings-given = { $count ->
    [0] Kein Foto musste geändert werden: alle haben diese Einstellungen.
    [one] Einstellungen auf { $count } Foto übertragen.
   *[other] Einstellungen auf { $count } Fotos übertragen.
}
