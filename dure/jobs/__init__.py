"""Due work: transfers to finish, wallets to top up, holds and money whose time is over."""
