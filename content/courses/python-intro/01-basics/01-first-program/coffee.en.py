price = 18
cups = 22
total = price * cups
print("Coffee this month:", total, "yuan")
