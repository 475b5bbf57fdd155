"""The trainers' pages: cases walked through, simulated customers and the debrief."""
