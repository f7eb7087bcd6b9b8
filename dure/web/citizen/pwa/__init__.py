"""What installs the app on a home screen and shows it without a network."""
