price = 18
cups = 22
total = price * cups
print("这个月的咖啡一共", total, "元")
