"""In what tone is a comment written: negative, neutral or positive?"""
