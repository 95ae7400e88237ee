"""The registrar: companies and goods are filed, officers decide and suspend, credit grades change from a day on."""
