DROP TABLE api_tokens, blogs, users;
