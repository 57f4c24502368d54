// enhanced below
