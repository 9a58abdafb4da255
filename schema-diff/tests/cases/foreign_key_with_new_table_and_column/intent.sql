ALTER TABLE posts ADD user_id bigint REFERENCES users, ADD editor_id bigint, ADD parent int;
CREATE TABLE likes (user_id bigint REFERENCES users, post_id int REFERENCES posts, PRIMARY KEY (user_id, post_id));
