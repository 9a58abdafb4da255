ALTER TABLE t ADD q point2[], ADD other email;
