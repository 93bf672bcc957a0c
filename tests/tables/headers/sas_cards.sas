data test;
input x y g $;
datalines;
1 2.5 a
2 3.5 b
3 4.6 a
4 5.5 b
5 6.5 a
6 . b
;
run;
