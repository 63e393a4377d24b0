"""What knows AWS Lambda: entry points, configuration, services, HTTP.

Of Powertools' event handler what answers HTTP is loaded, and nothing for other services of AWS.
"""

from connector.lazy import apart

apart("aws_lambda_powertools.event_handler", "api_gateway")
apart(
    "aws_lambda_powertools.utilities.data_classes",
    "api_gateway_proxy_event",
    "alb_event",
    "bedrock_agent_event",
    "lambda_function_url_event",
    "vpc_lattice",
)
