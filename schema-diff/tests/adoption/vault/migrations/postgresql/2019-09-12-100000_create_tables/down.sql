DROP TABLE organizations, invitations, event, ciphers, devices, users;
